using System.CommandLine;
using Npgsql;
using Padron.Api.Cli;
using Padron.Application.Extractions;
using Padron.Domain.Contacts;
using Padron.EventStore.Queue;

namespace Padron.Api.Serve;

/// <summary><c>padron serve</c></summary>
static class ServeCommand
{
    static readonly Option<string> Urls = new("--urls")
    {
        Description = "Addresses to listen on, separated by semicolons; of this machine only, until there are users.",
        DefaultValueFactory = _ => "http://127.0.0.1:8080",
    };

    public static Command Create() => CliCommand.Create(
        "serve", "Answer over HTTP and keep the read models up to date, until stopped.", [Urls], RunAsync);

    static async Task RunAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var urls = parsed.GetRequiredValue(Urls);
        var spool = new ExtractionSpool(Path.Combine(session.Settings.DataDirectory, "extractions"), session.Settings.ExtractionFilesKeptFor);
        var queue = new QueueWorkerOptions { Lease = session.Settings.QueueLease };
        await using var app = PadronApp.Build(session.Get<NpgsqlDataSource>(), session.Get<ContactKey>(), spool, queue, urls);
        await app.StartAsync(ct);
        terminal.Line($"Listening on {string.Join(", ", app.Urls)}; {app.Urls.First()}/docs shows what it answers. Ctrl-C stops it.");

        // Asked to stop, or a service failed: requests that are being answered get their answer, then everything ends in order.
        await app.WaitForShutdownAsync(ct);
    }
}
