using SafeSpaceCapacity.Cli;

return await CommandLine.RunAsync(args, Terminal.OfThisProcess());
