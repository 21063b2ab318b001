using Vidimus.Server.CommandLine;

return await Shell.RunAsync(args, Console.Out, Console.Error, Environment.GetEnvironmentVariable);
