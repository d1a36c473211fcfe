using Padron.Application.Imports;

namespace Padron.Integration.Tests.Imports;

public sealed class RejectionSheetTests
{
    [Theory]
    [InlineData("=HYPERLINK(\"http://x\")", "\"'=HYPERLINK(\"\"http://x\"\")\"")]
    [InlineData("+52", "\"'+52\"")]
    [InlineData("-1", "\"'-1\"")]
    [InlineData("@SUM(A1)", "\"'@SUM(A1)\"")]
    [InlineData("\t=1", "\"'\t=1\"")]
    [InlineData("\r=1", "\"'\r=1\"")]
    [InlineData("5=5, o no", "\"5=5, o no\"")]
    [InlineData("", "\"\"")]
    [InlineData(null, "")]
    public async Task No_value_is_taken_for_a_formula(string? value, string cell)
    {
        var sheet = new StringWriter { NewLine = "\n" };

        await RejectionSheet.WriteAsync(sheet, new[] { new ImportRejection(7, value, "letters") }.ToAsyncEnumerable());

        sheet.ToString().ShouldBe($"row,value,reason\n7,{cell},letters\n");
    }
}
