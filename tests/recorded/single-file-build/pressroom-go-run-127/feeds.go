package main

func loadFeeds() []string { return []string{"press", "sport"} }
