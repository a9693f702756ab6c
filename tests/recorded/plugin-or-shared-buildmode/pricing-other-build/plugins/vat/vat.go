package main

import "example.com/shop/pricing/rates"

// Rate is the rate in per cent.
var Rate = rates.Standard
