"""The catalogue and the features it names: folders of assets with a manifest each."""
