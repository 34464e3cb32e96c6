"""The expert panel: its decisions beside the automatic answers, never over them."""
