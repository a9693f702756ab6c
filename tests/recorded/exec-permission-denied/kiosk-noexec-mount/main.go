package main

import "fmt"

func main() {
	fmt.Println("kiosk ready")
}
