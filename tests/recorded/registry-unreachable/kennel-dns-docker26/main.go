package main

import "fmt"

func main() {
	fmt.Println("kennel ready")
}
