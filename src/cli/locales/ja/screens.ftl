# Screens: what commands print.
