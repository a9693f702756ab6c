package main

import "fmt"

func main() {
	fmt.Println("leaflet ready")
}
