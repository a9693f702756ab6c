package main

import "fmt"

func main() {
	fmt.Println("signage ready")
}
