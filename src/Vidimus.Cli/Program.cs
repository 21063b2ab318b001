using Vidimus.Cli.CommandLine;

return await Shell.RunAsync(args, Console.Out, Console.Error, Environment.GetEnvironmentVariable);
