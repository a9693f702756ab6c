package main

import "fmt"

func main() {
	fmt.Println("invoicer ready")
}
