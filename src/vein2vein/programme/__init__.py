"""The one place that knows every stage: construct → make → infuse → follow → value."""
