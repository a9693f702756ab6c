package main

import _ "git.example.com/fleet/geo.git"

func main() {}
