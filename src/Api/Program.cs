using System.CommandLine;
using System.Globalization;
using Padron.Api.Availability;
using Padron.Api.Cli;
using Padron.Api.Configuration;
using Padron.Api.Contacts;
using Padron.Api.Extractions;
using Padron.Api.Imports;
using Padron.Api.Installation;
using Padron.Api.Numbering;
using Padron.Api.Projections;
using Padron.Api.Queue;
using Padron.Api.Samples;
using Padron.Api.Segments;
using Padron.Api.Serve;

// Figures and dates look the same on every machine; what an operator reads in Spanish says so where it is written.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

var root = new RootCommand("Padrón: an event-sourced register of phone contacts.")
{
    InitCommand.Create(),
    DoctorCommand.Create(),
    SettingsCommand.Create(),
    ServeCommand.Create(),
    HealthCommand.Create(),
    SampleCommand.Create(),
    NumberingCommands.Create(),
    ImportCommand.Create(),
    ImportCommands.Create(),
    AvailabilityCommand.Create(),
    SegmentCommands.Create(),
    AudienceCommands.Create(),
    ExtractionCommands.CreateExtract(),
    ExtractionCommands.CreateExtractions(),
    ContactCommands.Create(),
    ProjectionCommands.Create(),
    QueueCommands.Create(),
};
root.Options.Add(CliCommand.Json);
root.Options.Add(CliCommand.Operator);

var parsed = root.Parse(args);
if (parsed.Errors.Count == 0)
    // A command that is told to stop may yet have to stop the private server, which writes out what it holds in memory first.
    return await parsed.InvokeAsync(new() { ProcessTerminationTimeout = TimeSpan.FromMinutes(5) });
foreach (var error in parsed.Errors)
    await Console.Error.WriteLineAsync(error.Message);
await Console.Error.WriteLineAsync($"`padron {string.Join(' ', parsed.CommandResult.Command.Parents.OfType<Command>().Where(parent => parent is not RootCommand).Append(parsed.CommandResult.Command).Where(command => command is not RootCommand).Select(command => command.Name).Append("--help"))}` tells more.");
return ExitCode.BadUsage;
