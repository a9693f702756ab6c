package main

import "fmt"

func main() {
	fmt.Println("quilt ready")
}
