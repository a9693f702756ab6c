package main

import "fmt"

func price(nights int) float64 { return float64(nights) * 89.5 }

func main() {
	var total int = price(3)
	fmt.Println("total " + total)
}
