"""The files of a roster: read with every fault and question, and written so that they can be read again."""
