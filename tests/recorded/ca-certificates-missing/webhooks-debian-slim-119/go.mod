module example.com/hooks/webhooks

go 1.19
