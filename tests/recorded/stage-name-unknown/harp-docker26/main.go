package main

import "fmt"

func main() {
	fmt.Println("harp ready")
}
