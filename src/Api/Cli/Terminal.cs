using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Padron.Api.Imports;
using Padron.Application.Imports.Watching;
using Spectre.Console;

namespace Padron.Api.Cli;

/// <summary>What a command says: results on standard output, as sentences and tables or as JSON; all else on standard error.</summary>
sealed class Terminal(bool json)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    readonly IAnsiConsole output = Console.IsOutputRedirected ? Wide(Console.Out) : AnsiConsole.Console;

    readonly IAnsiConsole error = AnsiConsole.Create(new AnsiConsoleSettings
    {
        Ansi = Console.IsErrorRedirected ? AnsiSupport.No : AnsiSupport.Detect,
        Interactive = Console.IsErrorRedirected ? InteractionSupport.No : InteractionSupport.Detect,
        Out = new AnsiConsoleOutput(Console.Error),
    });

    /// <summary>The result: <paramref name="document"/> with <c>--json</c>, else whatever <paramref name="write"/> writes.</summary>
    public void Result(object? document, Action<Terminal> write)
    {
        if (json)
            Console.Out.WriteLine(JsonSerializer.Serialize(document, Json));
        else
            write(this);
    }

    public void Line(string text = "") => output.WriteLine(text);

    public void Warn(string text) => error.WriteLine(text);

    /// <summary>A table; columns whose heading ends with '#' are numbers, aligned right.</summary>
    public void Table(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var heading in headings)
        {
            var column = new TableColumn(Markup.Escape(heading.TrimEnd('#'))).NoWrap();
            table.AddColumn(heading.EndsWith('#') ? column.RightAligned() : column);
        }

        foreach (var row in rows)
            table.AddRow([.. row.Select(cell => new Text(cell))]);
        output.Write(table);
    }

    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Time(DateTimeOffset? value) => value?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";

    /// <summary>Runs work under a progress bar with rate and time left, on standard error.</summary>
    public Task<T> ShowProgressAsync<T>(string title, string unit, Func<ProgressBar, Task<T>> work) =>
        error.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RateColumn(unit), new RemainingTimeColumn())
            .StartAsync(context => work(new ProgressBar(context.AddTask(title))));

    /// <summary>Runs an import under a bar, on standard error.</summary>
    /// <param name="teller">Tells the bar what it is told, until the work ends.</param>
    /// <param name="work">Tells the teller.</param>
    public Task<T> ShowImportAsync<T>(ImportTeller teller, Func<Task<T>> work)
    {
        var figures = new FiguresColumn();
        return error.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn { Width = 20 }, new PercentageColumn(), figures)
            .StartAsync(async context =>
            {
                teller.Shown = new ImportBar(context.AddTask("Preparing"), figures, this);
                try
                {
                    return await work();
                }
                finally
                {
                    teller.Shown = null;
                }
            });
    }

    // A pipe has no width: nothing may be wrapped or cut for whoever reads it.
    static IAnsiConsole Wide(TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(writer) });
        console.Profile.Width = 400;
        return console;
    }
}
