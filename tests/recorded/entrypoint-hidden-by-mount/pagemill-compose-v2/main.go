package main

import "fmt"

func main() {
	fmt.Println("pagemill ready")
}
