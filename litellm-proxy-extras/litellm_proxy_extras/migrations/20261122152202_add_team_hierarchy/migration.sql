-- DropForeignKey
ALTER TABLE "LiteLLM_Organization" DROP CONSTRAINT "LiteLLM_Organization_budget_id_fkey";

-- AlterTable
ALTER TABLE "LiteLLM_Organization" ALTER COLUMN "budget_id" DROP NOT NULL;

-- AlterTable
ALTER TABLE "LiteLLM_SpendLogs" ADD COLUMN     "session_id" TEXT;

-- AlterTable
ALTER TABLE "LiteLLM_Team" ADD COLUMN     "parent_id" TEXT,
ALTER COLUMN "permissions" SET DEFAULT ARRAY['keys:read']::TEXT[];

-- AlterTable
ALTER TABLE "LiteLLM_User" ALTER COLUMN "role" SET DEFAULT 'internal_user';

-- CreateIndex
CREATE INDEX "LiteLLM_SpendLogs_startTime_request_id_idx" ON "LiteLLM_SpendLogs"("startTime", "request_id");

-- CreateIndex
CREATE INDEX "LiteLLM_SpendLogs_session_id_idx" ON "LiteLLM_SpendLogs"("session_id");

-- CreateIndex
CREATE INDEX "LiteLLM_Team_parent_id_idx" ON "LiteLLM_Team"("parent_id");

-- CreateIndex
CREATE INDEX "LiteLLM_Team_name_idx" ON "LiteLLM_Team"("name");

-- AddForeignKey
ALTER TABLE "LiteLLM_Organization" ADD CONSTRAINT "LiteLLM_Organization_budget_id_fkey" FOREIGN KEY ("budget_id") REFERENCES "LiteLLM_Budget"("budget_id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LiteLLM_Team" ADD CONSTRAINT "LiteLLM_Team_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "LiteLLM_Team"("team_id") ON DELETE SET NULL ON UPDATE NO ACTION;
