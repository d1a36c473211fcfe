using Microsoft.Extensions.Logging;

namespace Padron.MartenExtensions.Daemon;

/// <summary>What is logged of projections. The text of an error may quote a value of an event, so it stays in the database.</summary>
static partial class ProjectionLog
{
    [LoggerMessage(LogLevel.Error, "'{Projection}' could not apply the event at {Position} ({SqlState}): it is a dead letter, and later ones of its stream wait behind it")]
    public static partial void Passed(this ILogger log, string projection, long position, string sqlState);

    [LoggerMessage(LogLevel.Error, "'{Projection}' has stopped before the event at {Position}, which can't be applied ({SqlState})")]
    public static partial void Stopped(this ILogger log, string projection, long position, string sqlState);
}
