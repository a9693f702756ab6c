package main

import "fmt"

func main() {
	if len("lodge") > 3 {
		fmt.Println("long")
}
