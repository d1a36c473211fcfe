using System.Net.Sockets;
using Npgsql;
using Padron.Adapters.Postgres;
using Padron.Application.Imports.Phases;
using Padron.Domain;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Bulk;
using Padron.MartenExtensions.Daemon;

namespace Padron.Api.Cli;

/// <summary>How a command ends: 0 done, 1 refused, 2 used wrongly, 3 something it depends on is down.</summary>
static class ExitCode
{
    public const int Done = 0;
    public const int Refused = 1;
    public const int BadUsage = 2;
    public const int DependencyDown = 3;

    /// <summary>Runs a command and turns what it threw into a sentence on standard error.</summary>
    public static async Task<int> OfAsync(Func<Task> command)
    {
        try
        {
            await command();
            return Done;
        }
        catch (Exception error) when (Explain(error) is { } end)
        {
            await Console.Error.WriteLineAsync(end.Sentence);
            return end.Code;
        }
    }

    // What has no sentence is a fault of ours: it surfaces whole, with its stack.
    static (int Code, string Sentence)? Explain(Exception error) => error switch
    {
        RuleViolationException or BackupException or SchemaMismatchException or ProjectionBusyException or StreamsLoadingException or TableShapeException => (Refused, error.Message),
        FileNotFoundException or DirectoryNotFoundException or FormatException or InvalidDataException => (BadUsage, error.Message),
        PostgresUnavailableException => (DependencyDown, error.Message),
        PostgresException { SqlState: var state } refused when IsUnavailable(state) => (DependencyDown, $"PostgreSQL does not serve us: {refused.MessageText}. Check PADRON_DATABASE and the server."),
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } refused =>
            (DependencyDown, $"The database user may not do this ({refused.MessageText}): let it own the database of PADRON_DATABASE."),
        PostgresException => null,
        NpgsqlException or SocketException => (DependencyDown, $"PostgreSQL can't be reached ({error.Message}): check that the server runs and that PADRON_DATABASE names it, then try again."),
        UnauthorizedAccessException or IOException => (Refused, error.Message),
        OperationCanceledException => (Refused, "Stopped. What was done stays; the same command, or --resume where there is one, goes on."),
        _ => null,
    };

    // Classes 08 connection, 28 authorisation, 3D no such database, 53 out of resources, 57P shut down or starting.
    static bool IsUnavailable(string state) =>
        state.StartsWith("08", StringComparison.Ordinal) || state.StartsWith("28", StringComparison.Ordinal) || state is "3D000"
        || state.StartsWith("53", StringComparison.Ordinal) || state.StartsWith("57P", StringComparison.Ordinal);
}
