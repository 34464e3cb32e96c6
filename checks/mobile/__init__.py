"""Mobile-friendliness (M17J) by specification `mft/1`: pure rules over one phone capture."""
