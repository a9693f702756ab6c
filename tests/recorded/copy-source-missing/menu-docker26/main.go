package main

import "fmt"

func main() {
	fmt.Println("menu ready")
}
