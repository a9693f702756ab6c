package main

import "fmt"

func main() {
	fmt.Println("campus ready")
}
