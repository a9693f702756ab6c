package main

import "fmt"

func main() {
	fmt.Println("webshop ready")
}
