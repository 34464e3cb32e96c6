"""Runs as others read them: workbook, CSV, SPSS, Parquet, EARL, JSON; each streams, site by site."""
