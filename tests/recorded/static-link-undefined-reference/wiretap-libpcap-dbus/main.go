package main

import (
	"log"

	"github.com/google/gopacket/pcap"
)

func main() {
	devs, err := pcap.FindAllDevs()
	log.Println(len(devs), err)
}
