package main

import _ "git.example.com/fleet/geo"

func main() {}
