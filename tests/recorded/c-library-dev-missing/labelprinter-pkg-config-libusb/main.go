package main

import (
	"log"

	"github.com/google/gousb"
)

func main() {
	ctx := gousb.NewContext()
	defer ctx.Close()
	log.Println("usb debug off")
	ctx.Debug(0)
}
