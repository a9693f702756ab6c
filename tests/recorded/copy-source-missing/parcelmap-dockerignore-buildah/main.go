package main

import "fmt"

func main() {
	fmt.Println("parcelmap ready")
}
