package main

import (
	"log"

	"github.com/google/gousb"
)

func main() {
	ctx := gousb.NewContext()
	defer ctx.Close()
	dev, err := ctx.OpenDeviceWithVIDPID(0x0a5f, 0x00a3)
	log.Println(dev, err)
}
