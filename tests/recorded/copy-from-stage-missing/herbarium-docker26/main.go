package main

import "fmt"

func main() {
	fmt.Println("herbarium ready")
}
