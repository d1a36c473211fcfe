using System.CommandLine;
using Microsoft.AspNetCore.Connections;
using Npgsql;
using Padron.Api.Cli;
using Padron.Api.Configuration;
using Padron.Domain;
using Padron.Domain.Contacts;

namespace Padron.Api.Serve;

/// <summary><c>padron serve</c></summary>
static class ServeCommand
{
    static readonly Option<string> Urls = new("--urls") { Description = "Addresses to listen on, separated by semicolons; of this machine only, until there are users (PADRON_URLS)." };

    static readonly Option<string[]> Without = new("--without")
    {
        Description = "Leave a part to other processes: http, worker or projections; several, separated by commas (PADRON_WITHOUT). Health is answered always.",
    };

    public static Command Create() => CliCommand.Create(
        "serve", "Answer over HTTP, work off the queue and keep the read models up to date, until stopped.", [Urls, Without], RunAsync);

    static async Task RunAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var settings = session.Settings with { Serve = Override(session.Settings.Serve, parsed) };
        var spool = settings.Extractions.SpoolIn(Path.Combine(settings.DataDirectory, "extractions"));
        await using var app = PadronApp.Build(session.Get<NpgsqlDataSource>(), session.Get<ContactKey>(), spool, settings);
        try
        {
            await app.StartAsync(ct);
        }
        catch (IOException error) when (error.InnerException is AddressInUseException)
        {
            throw new RuleViolationException(
                "address_in_use", $"{settings.Serve.Urls} is taken, perhaps by another `padron serve`: stop what listens there, or choose another address with --urls (PADRON_URLS).");
        }

        terminal.Line($"Listening on {string.Join(", ", app.Urls)}; {(settings.Serve.Has(ServeParts.Http) ? $"{app.Urls.First()}/docs shows what it answers" : "only /health is answered")}. Ctrl-C stops it.");

        // Asked to stop, or a service failed: requests that are being answered get their answer, then everything ends in order.
        await app.WaitForShutdownAsync(ct);
    }

    static ServeOptions Override(ServeOptions options, ParseResult parsed)
    {
        if (parsed.GetValue(Urls) is { } urls)
            options = options with { Urls = urls };
        return parsed.GetValue(Without) is [_, ..] parts
            ? options with { Without = (ServeParts)Setting.Of(typeof(ServeOptions)).Single(setting => setting.Name == "WITHOUT").Parse(string.Join(',', parts)) }
            : options;
    }
}
