module example.com/notify/notifier

go 1.27
