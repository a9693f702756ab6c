package main

import (
	"fmt"
	"slices"
)

func main() {
	n := []int{3, 1, 2}
	slices.Sort(n)
	fmt.Println(n)
}
