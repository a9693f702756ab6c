package main

func routes() []string { return []string{"/", "/press"} }
