Console.WriteLine("padron");
