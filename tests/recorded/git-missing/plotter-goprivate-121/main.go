package main

import _ "git.example.com/lab/axes"

func main() {}
