"""Pages with gold come in, weights go out: labels by alignment, folds that share no site, boosted trees."""
