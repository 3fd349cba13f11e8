"""The assistant as a library: sheets, their index, cited answers, minimisation. No web."""
