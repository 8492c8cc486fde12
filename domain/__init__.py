"""What the business knows: values and rules; standard library and babel only."""
