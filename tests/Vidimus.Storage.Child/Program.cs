Console.WriteLine("nothing asked");
