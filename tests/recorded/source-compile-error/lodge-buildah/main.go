package main

import "fmt"

func nights(n int) string { return n }

func main() { fmt.Println(nights(3)) }
